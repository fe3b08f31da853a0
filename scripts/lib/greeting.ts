import type { ProjectCredential } from '../../src/domain/project-credential.ts';

/** What a started server tells its user. */
export interface Greeting {
  /** host:port as clients write it. */
  readonly address: string;
  readonly state: string;
  readonly adminPassword: string;
  readonly credential: ProjectCredential;
}

/** The text that `npm start` prints: every line of the second block is ready to copy. */
export function formatGreeting({ address, state, adminPassword, credential }: Greeting): string {
  const image = `${address}/library/alpine`;
  return `
Orlop is ready at http://${address}
  admin user: admin
  admin password: ${adminPassword}

Push and pull an image:
  docker login ${address} --username ${credential.username} --password ${credential.password}
  docker pull alpine
  docker tag alpine ${image}
  docker push ${image}
  docker pull ${image}

Everything is kept in ${state}; the secrets are in .dev.vars. Ctrl+C stops the server.`;
}
