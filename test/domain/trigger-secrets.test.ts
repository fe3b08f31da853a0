import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { openSecrets, sealingKeyId, sealSecrets } from '../../src/domain/triggers/sealing.ts';
import { generateSigningSecret, signMessage } from '../../src/domain/triggers/signing.ts';

test('a signature is the one of the specification of Standard Webhooks', async () => {
  // The example of the libraries of Standard Webhooks.
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  const body = '{"test": 2432232314}';
  const id = 'msg_p5jXN8AQM9LWM0D4loKWxJek';
  const headers = await signMessage([secret], id, body, 1_614_265_330_000);
  expect(headers).toEqual({
    'webhook-id': id,
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  });
});

test('while a secret is changed, both sign', async () => {
  const secrets = [generateSigningSecret(), generateSigningSecret()];
  const headers = await signMessage(secrets, 'id', 'body', 1000);
  const expected = secrets.map((secret) => {
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
    expect(key).toHaveLength(32);
    return `v1,${createHmac('sha256', key).update('id.1.body').digest('base64')}`;
  });
  expect(headers['webhook-signature']).toBe(expected.join(' '));
});

const OLD = 'an-old-credential-key-00000000000000000';
const NEW = 'a-new-credential-key-000000000000000000';
const secrets = { signing: 'whsec_x', previous: null, secret: 'a token 令牌' };

test('sealed secrets open for their project, by the key that sealed them', async () => {
  const sealed = await sealSecrets(OLD, 7, secrets);
  expect(atob(sealed.sealed)).not.toContain('token');
  expect(await openSecrets([OLD], 7, sealed)).toEqual(secrets);
  await expect(openSecrets([OLD], 8, sealed)).rejects.toThrow();
  expect(await sealSecrets(OLD, 7, secrets)).not.toEqual(sealed);
});

test('after a change of CREDENTIAL_KEY the previous one still opens, and no other', async () => {
  const sealed = await sealSecrets(OLD, 7, secrets);
  expect(await openSecrets([NEW, OLD], 7, sealed)).toEqual(secrets);
  await expect(openSecrets([NEW], 7, sealed)).rejects.toThrow(/CREDENTIAL_KEY/);
  expect(sealed.keyId).toBe(await sealingKeyId(OLD));
  expect(sealed.keyId).not.toBe(await sealingKeyId(NEW));
});
