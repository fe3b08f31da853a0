import { readErrorMessage } from '../archive/push/remote-repository.ts';
import { formatAddress, type ImageAddress } from './address.ts';
import { CommandError, EXIT } from './exit.ts';

/**
 * An answer that has what was asked for.
 * @throws CommandError denied, missing or failed, with the registry's own words
 */
export async function expectOk(response: Response, address: ImageAddress): Promise<Response> {
  if (response.ok) return response;
  const reason =
    (await readErrorMessage(response)) ?? (response.statusText || 'it did not say why');
  const { host } = address;
  if (response.status === 401) {
    throw new CommandError(EXIT.denied, `${host} asks to sign in: orlop login ${host}`);
  }
  if (response.status === 403) throw new CommandError(EXIT.denied, `${host}: ${reason}`);
  if (response.status === 404) {
    throw new CommandError(EXIT.missing, `there is no ${formatAddress(address)}: ${reason}`);
  }
  throw new CommandError(EXIT.failed, `${host} answered ${response.status}: ${reason}`);
}

export function corrupt(message: string): CommandError {
  return new CommandError(EXIT.corrupt, message);
}
