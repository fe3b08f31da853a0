import { readErrorMessage } from '../archive/push/remote-repository.ts';
import { formatAddress, type ImageAddress } from './address.ts';
import { CommandError, EXIT } from './exit.ts';
import { invocation } from './invocation.ts';

/**
 * Returns a successful response.
 * @throws CommandError denied, missing or failed, with the registry's message
 */
export async function expectOk(response: Response, address: ImageAddress): Promise<Response> {
  if (response.ok) return response;
  const reason = (await readErrorMessage(response)) ?? (response.statusText || 'no reason given');
  const { host } = address;
  if (response.status === 401) {
    throw new CommandError(
      EXIT.denied,
      `${host} requires signing in: ${invocation()} login ${host}`,
    );
  }
  if (response.status === 403) throw new CommandError(EXIT.denied, `${host}: ${reason}`);
  if (response.status === 404) {
    throw new CommandError(EXIT.missing, `${formatAddress(address)} not found: ${reason}`);
  }
  throw new CommandError(EXIT.failed, `${host} answered ${response.status}: ${reason}`);
}

/** Content from the registry that is corrupt. */
export function corrupt(message: string): CommandError {
  return new CommandError(EXIT.corrupt, message);
}
