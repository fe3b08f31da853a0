import { describe, expect, test } from 'vitest';
import { describeAsRoot } from '../support/clients/as-root.ts';
import { startDocker } from '../support/clients/dockerd.ts';
import { ask } from '../support/clients/remote.ts';
import { hold, useScratch, useServer } from '../support/clients/setup.ts';
import {
  pushByBuildx,
  pushByDocker,
  SMALL_PUSHES,
  signedIn,
} from '../support/clients/small-push.ts';
import type { Server } from '../support/server.ts';
import { describeWithTools, type Tool } from '../support/tools.ts';

/** Longest that a user waits for the reason, in ms. It takes a tenth of it, and a second of regctl. */
const PATIENCE = 3000;

/**
 * What newcomers do: they push to `HOST/app`. Each client begins in its own way, and each of them
 * must show why this is refused, at once. The same push to a workspace must work.
 */
async function expectMistakeExplained(
  server: Server,
  name: string,
  push: (repository: string) => Promise<unknown>,
): Promise<void> {
  await push(`library/${name}`);
  const { tags } = (await (await ask(server, `library/${name}/tags/list`)).json()) as {
    tags: string[];
  };
  expect(tags).toHaveLength(1);
  for (const [repository, reason] of [
    [name, `an image belongs to a workspace: use <workspace>/${name}, for example library/${name}`],
    [`nowhere/${name}`, 'workspace nowhere does not exist, or is not open to you'],
  ] as const) {
    const begun = performance.now();
    // regctl shows the answer as it came, in JSON.
    await expect(push(repository)).rejects.toThrow(reason);
    expect(performance.now() - begun).toBeLessThan(PATIENCE);
  }
}

describe('a newcomer', () => {
  const server = useServer();
  const scratch = useScratch();
  const pushes = Object.entries(SMALL_PUSHES) as [keyof typeof SMALL_PUSHES & Tool, never][];

  for (const [tool] of pushes) {
    describeWithTools(tool, [tool], () => {
      test('shows at once why a push without a workspace is refused', async () => {
        const place = await signedIn(server.current, scratch.current);
        const push = (repository: string) => SMALL_PUSHES[tool](place, repository);
        await expectMistakeExplained(server.current, `by-${tool}`, push);
      });
    });
  }

  describeAsRoot('docker and buildx', ['docker', 'dockerd', 'buildx'], () => {
    const docker = hold(startDocker, (engine) => engine.stop());

    test.each([
      ['docker', pushByDocker],
      ['buildx', pushByBuildx],
    ] as const)(
      '%s shows at once why a push without a workspace is refused',
      async (name, push) => {
        const to = (repository: string) => push(docker.current, server.current, repository);
        await expectMistakeExplained(server.current, `by-${name}`, to);
      },
    );
  });
});
