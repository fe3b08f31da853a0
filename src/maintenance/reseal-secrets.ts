import { openSecrets, sealingKeyId, sealSecrets } from '../domain/triggers/sealing.ts';
import type { Services } from '../services.ts';
import { logFailure } from '../storage/failures.ts';
import { listSealedOtherwise, replaceSecrets } from '../storage/triggers/triggers.ts';

/** The most triggers of a run. */
const SLICE = 100;

/**
 * Seals the secrets of triggers with the current CREDENTIAL_KEY, so that the previous one can be
 * removed. Those that no key opens stay as they are.
 */
export async function resealSecrets(
  { db }: Pick<Services, 'db'>,
  masters: readonly [current: string, ...previous: string[]],
): Promise<void> {
  const [current] = masters;
  for (const trigger of await listSealedOtherwise(db, await sealingKeyId(current), SLICE)) {
    const { id, projectId, secrets } = trigger;
    try {
      const opened = await openSecrets(masters, projectId, secrets);
      await replaceSecrets(db, id, secrets, await sealSecrets(current, projectId, opened));
    } catch (error) {
      logFailure('the secrets of a trigger cannot be read', error, { trigger: id });
    }
  }
}
