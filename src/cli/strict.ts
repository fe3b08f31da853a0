import type { CittyPlugin, CommandContext } from 'citty';
import { CommandError, EXIT } from './exit.ts';

/** Refuses unknown options and arguments, so that a typing error is not ignored. */
export const strict: CittyPlugin = { name: 'strict', setup: refuseUnknown };

function refuseUnknown({ args, cmd }: CommandContext): void {
  const declared = Object.entries(cmd.args ?? {});
  const names = declared.flatMap(([name, { type, ...rest }]) =>
    type === 'positional' ? [name] : [name, ...[('alias' in rest && rest.alias) || []].flat()],
  );
  const known = new Set(['_', ...names.flatMap((name) => [name, toCamelCase(name)])]);
  const unknown = Object.keys(args).find((name) => !known.has(name));
  if (unknown !== undefined) {
    const option = unknown.length === 1 ? `-${unknown}` : `--${unknown}`;
    throw new CommandError(EXIT.usage, `unknown option ${option}`);
  }
  const places = declared.filter(([, { type }]) => type === 'positional').length;
  const surplus = args._[places];
  if (surplus !== undefined) {
    throw new CommandError(EXIT.usage, `unexpected argument "${surplus}"`);
  }
}

/** citty passes an option under both spellings. */
function toCamelCase(name: string): string {
  return name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}
