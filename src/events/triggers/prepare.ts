import { actionFaults, type RenderedRequest, renderAction } from '../../domain/triggers/action.ts';
import { destinationFault } from '../../domain/triggers/destinations.ts';
import { type EventFacts, toMessage } from '../../domain/triggers/message.ts';
import { ESCAPES } from '../../domain/triggers/placeholders.ts';
import { openSecrets, type TriggerSecrets } from '../../domain/triggers/sealing.ts';
import { signMessage } from '../../domain/triggers/signing.ts';
import type { TriggerRecord } from '../../storage/triggers/triggers.ts';

/** What a delivery takes besides the trigger and the event. */
export interface DeliveryRules {
  /** The CREDENTIAL_KEY and, while it is changed, the previous one. */
  readonly masters: readonly string[];
  readonly http: boolean;
  readonly opened: boolean;
  /** In place of the internet: see Env. */
  readonly outbound: Fetcher | undefined;
}

/** A request to send, and as the log shows it; or why none may be sent. */
export type Prepared =
  | {
      readonly request: RenderedRequest;
      readonly shown: RenderedRequest;
      readonly secret: string | null;
    }
  | { readonly fault: string };

const MASK = '***';

/** The most bytes of a request: one of a short template can be long, with long names. */
const MAX_REQUEST = 128 * 1024;

/** Makes the request of an event, signed now. */
export async function prepareRequest(
  trigger: TriggerRecord,
  facts: EventFacts,
  { masters, http, opened }: DeliveryRules,
  now: number,
): Promise<Prepared> {
  const [fault] = Object.values(actionFaults(trigger.action));
  if (fault !== undefined) return { fault };
  let secrets: TriggerSecrets;
  try {
    secrets = await openSecrets(masters, trigger.projectId, trigger.secrets);
  } catch {
    return { fault: 'the secrets of the trigger cannot be read: enter them again' };
  }
  const message = toMessage(facts, trigger.origin);
  const unsigned = renderAction(trigger.action, { ...message, secret: secrets.secret ?? '' });
  if (sizeOf(unsigned) > MAX_REQUEST) {
    return { fault: `with the names of this event the request has over ${MAX_REQUEST} bytes` };
  }
  const refused = destinationFault(new URL(unsigned.url), { http, opened, own: trigger.origin });
  if (refused !== null) return { fault: refused };
  const id = `${facts.id}-${trigger.id}`;
  const signature = await signMessage(currentSecrets(secrets, now), id, unsigned.body, now);
  const masked = renderAction(trigger.action, { ...message, secret: MASK });
  return {
    request: { ...unsigned, headers: { ...unsigned.headers, ...signature } },
    shown: { ...masked, headers: { ...masked.headers, ...signature } },
    secret: secrets.secret,
  };
}

function currentSecrets({ signing, previous }: TriggerSecrets, now: number): string[] {
  return previous !== null && previous.until > now ? [signing, previous.signing] : [signing];
}

function sizeOf({ url, headers, body }: RenderedRequest): number {
  return new TextEncoder().encode(url + JSON.stringify(headers) + body).length;
}

/** An answer as the log shows it: some endpoints repeat what they were sent, as it was written. */
export function maskSecret(text: string, secret: string | null): string {
  if (secret === null || secret === '') return text;
  const forms = Object.values(ESCAPES).map((escapeValue) => escapeValue(secret, 'secret'));
  const longest = [...new Set([secret, ...forms])].sort((one, two) => two.length - one.length);
  return longest.reduce((masked, form) => masked.replaceAll(form, MASK), text);
}
