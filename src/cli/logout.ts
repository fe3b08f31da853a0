import { defineCommand } from 'citty';
import { parseHost } from './address.ts';
import { eraseCredential } from './credentials.ts';
import { HOST } from './options.ts';
import { strict } from './strict.ts';

export default defineCommand({
  meta: { name: 'logout', description: 'Remove the credential for a registry' },
  plugins: [strict],
  args: { host: HOST },
  async run({ args }) {
    const host = parseHost(args.host);
    const known = await eraseCredential(host);
    console.log(known ? `Signed out of ${host}.` : `Not signed in to ${host}.`);
  },
});
