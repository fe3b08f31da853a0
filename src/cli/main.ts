import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import {
  type CommandDef,
  defineCommand,
  renderUsage,
  runCommand,
  type SubCommandsDef,
} from 'citty';
import { EXIT, type ExitCode } from './exit.ts';
import login from './login.ts';
import logout from './logout.ts';
import pull from './pull.ts';
import push from './push.ts';
import relay from './relay.ts';
import { describeFailure } from './report.ts';

const subCommands = { login, logout, pull, push, relay } satisfies SubCommandsDef;

const { version } = JSON.parse(
  readFileSync(fileURLToPath(import.meta.resolve('../../package.json')), 'utf8'),
) as { version: string };

const orlop = defineCommand({
  meta: {
    name: 'orlop',
    version,
    description: 'Moves container images as archives, without a container engine',
  },
  subCommands,
});

const HELP = `
EXIT STATUS

  0  done
  1  failed: the network, the registry or the disk
  2  the command line is not right
  3  not signed in, or not allowed
  4  there is no such image, or no such platform of it
  5  an archive, or what the registry sent, is not what it should be

ENVIRONMENT

  DOCKER_CONFIG   folder of docker's config.json, whose credentials are used (~/.docker)
  XDG_STATE_HOME  folder in which a push keeps where the next one goes on (~/.local/state)
`;

/** Runs the command; answers how it ended. */
export async function main(args: readonly string[]): Promise<ExitCode> {
  const name = args.find((arg) => !arg.startsWith('-'));
  if (args.includes('--version') && name === undefined) {
    console.log(version);
    return EXIT.ok;
  }
  if (name === undefined || args.includes('--help') || args.includes('-h')) {
    return await showHelp(name);
  }
  try {
    await runCommand(orlop, { rawArgs: [...args] });
    return EXIT.ok;
  } catch (error) {
    const { exitCode, message } = describeFailure(error);
    if (args.includes('--json')) console.error(JSON.stringify({ error: message, exitCode }));
    else console.error(`orlop: ${message}`);
    if (exitCode === EXIT.usage) console.error('orlop --help shows what there is');
    return exitCode;
  }
}

async function showHelp(name: string | undefined): Promise<ExitCode> {
  const found = Object.entries(subCommands).find(([known]) => known === name)?.[1];
  // What all commands have in common is enough for their usage.
  const usage = await renderUsage((found ?? orlop) as CommandDef, found ? orlop : undefined);
  const text = found ? `${usage}\n` : `${usage}\n${HELP}`;
  console.log(process.stdout.isTTY ? text : stripVTControlCharacters(text));
  return EXIT.ok;
}

process.exitCode = await main(process.argv.slice(2));
