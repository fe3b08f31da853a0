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
import { invocation } from './invocation.ts';
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
    description: 'Push and pull container images as archives, without a container engine',
  },
  subCommands,
});

const HELP = `
WITHOUT INSTALLING

  npx https://registry.example/orlop-${version}.tgz push …

  An Orlop registry serves this command; Help in its console shows the address.

EXIT STATUS

  0  done
  1  the network, the registry or the disk failed
  2  wrong command line
  3  not signed in, or not allowed
  4  no such image, or the image has no such platform
  5  the archive, or content from the registry, is corrupt

ENVIRONMENT

  DOCKER_CONFIG   folder of docker's config.json, which has the credentials (~/.docker)
  XDG_STATE_HOME  folder for the state from which a push resumes (~/.local/state)
`;

/** Runs the command and returns its exit status. */
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
    const { exitCode, message: coloured } = describeFailure(error);
    const message = stripVTControlCharacters(coloured);
    if (args.includes('--json')) console.error(JSON.stringify({ error: message, exitCode }));
    else console.error(`orlop: ${message}`);
    if (exitCode === EXIT.usage) console.error(`Run ${invocation()} --help for usage.`);
    return exitCode;
  }
}

async function showHelp(name: string | undefined): Promise<ExitCode> {
  const found = Object.entries(subCommands).find(([known]) => known === name)?.[1];
  // renderUsage needs only what all commands have in common.
  const usage = await renderUsage((found ?? orlop) as CommandDef, found ? orlop : undefined);
  const text = found ? `${usage}\n` : `${usage}\n${HELP}`;
  console.log(process.stdout.isTTY ? text : stripVTControlCharacters(text));
  return EXIT.ok;
}

process.exitCode = await main(process.argv.slice(2));
