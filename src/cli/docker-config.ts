import { chmod, mkdir, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import * as z from 'zod/mini';
import { ZOD_MESSAGES } from '../domain/zod-messages.ts';
import { CommandError, EXIT } from './exit.ts';

const auth = z.looseObject({
  auth: z.optional(z.string()),
  identitytoken: z.optional(z.string()),
});

const config = z.looseObject({
  auths: z.optional(z.record(z.string(), auth)),
  credsStore: z.optional(z.string()),
  credHelpers: z.optional(z.record(z.string(), z.string())),
});

/** The credentials in docker's config.json; unknown fields are preserved. */
export type DockerConfig = z.infer<typeof config>;

/** In `$DOCKER_CONFIG`, else in `~/.docker`. */
function dockerConfigPath(): string {
  return join(process.env.DOCKER_CONFIG || join(homedir(), '.docker'), 'config.json');
}

/**
 * Reads docker's config; empty if there is none.
 * @throws CommandError if it cannot be read
 */
export async function readDockerConfig(): Promise<DockerConfig> {
  const path = dockerConfigPath();
  try {
    return config.parse(JSON.parse(await readFile(path, 'utf8')), ZOD_MESSAGES);
  } catch (error) {
    if (isNotFound(error)) return {};
    const reason = error instanceof z.core.$ZodError ? error.issues[0]?.message : String(error);
    throw new CommandError(EXIT.failed, `${path} cannot be read: ${reason}`, { cause: error });
  }
}

/** Writes docker's config atomically, readable by its owner only. */
export async function writeDockerConfig(content: DockerConfig): Promise<void> {
  const path = dockerConfigPath();
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  // Replace the target of a link, not the link.
  const target = await realpath(path).catch(() => path);
  const draft = `${target}.${process.pid}`;
  try {
    await writeFile(draft, `${JSON.stringify(content, null, '\t')}\n`, { mode: 0o600 });
    await chmod(draft, 0o600);
    await rename(draft, target);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

function isNotFound(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
