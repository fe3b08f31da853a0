import {
  deriveProjectCredential,
  type ProjectCredential,
} from '../../src/domain/project-credential.ts';
import type { DevVars } from './dev-vars.ts';
import { hasAdminPassword, readCredentialVersion } from './local-database.ts';
import { addressesForOthers, addressForClients } from './network.ts';

/** The project of the first data (migrations/0002_first_data.sql). */
const firstProject = 1;

/** A server that takes requests now. */
interface Started {
  readonly scheme: 'http' | 'https';
  readonly host: string;
  readonly port: number;
  readonly state: string;
  readonly vars: DevVars;
}

/** Prints where the server is, and how to sign in. */
export async function greet({ scheme, host, port, state, vars }: Started): Promise<void> {
  const address = addressForClients(host, port);
  const version = readCredentialVersion(state, firstProject);
  const credential = await deriveProjectCredential(vars.CREDENTIAL_KEY, firstProject, version);
  const adminPassword = hasAdminPassword(state) ? '(the one you have set)' : vars.ADMIN_PASSWORD;
  const others = addressesForOthers(host, port);
  console.log(formatGreeting({ scheme, address, others, state, adminPassword, credential }));
}

/** What a started server tells its user. */
interface Greeting {
  readonly scheme: 'http' | 'https';
  /** host:port as clients write it. */
  readonly address: string;
  /** The same for other machines. */
  readonly others: readonly string[];
  readonly state: string;
  readonly adminPassword: string;
  readonly credential: ProjectCredential;
}

/** The text that `npm start` prints: every line of the second block is ready to copy. */
function formatGreeting(greeting: Greeting): string {
  const { scheme, address, others, state, adminPassword, credential } = greeting;
  const image = `${address}/library/alpine`;
  const urls = others.map((other) => `${scheme}://${other}`).join(' or ');
  const elsewhere = urls === '' ? '' : `\n  from other machines: ${urls}`;
  return `
Orlop is ready at ${scheme}://${address} - open this address and sign in:
  admin user: admin
  admin password: ${adminPassword}${elsewhere}

Push and pull an image:
  echo ${credential.password} | docker login ${address} --username ${credential.username} --password-stdin
  docker pull alpine
  docker tag alpine ${image}
  docker push ${image}
  docker pull ${image}

Everything is kept in ${state}; the secrets are in .dev.vars. Ctrl+C stops the server.`;
}
