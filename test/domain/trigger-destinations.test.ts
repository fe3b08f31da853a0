import { describe, expect, test } from 'vitest';
import { actionFaults, originOf, type TriggerAction } from '../../src/domain/triggers/action.ts';
import { destinationFault } from '../../src/domain/triggers/destinations.ts';

const PUBLIC = { http: false, opened: false, own: 'https://registry.example.com' };

/** As the API and the delivery decide: the origin of the template. */
function isRefused(url: string, policy = PUBLIC): boolean {
  const action: TriggerAction = {
    ...{ method: 'POST', url, headers: [], contentType: 'application/json' },
    ...{ body: '', latestOnly: false },
  };
  if (Object.keys(actionFaults(action)).length > 0) return true;
  return destinationFault(new URL(originOf(action)), policy) !== null;
}

describe('a request of a trigger never goes to', () => {
  test.each([
    // Addresses of hosts and networks, in every form that URLs have for them.
    'https://127.0.0.1/',
    'https://10.0.0.1/hook',
    'https://169.254.169.254/latest/meta-data/',
    'https://8.8.8.8/',
    'https://2130706433/',
    'https://0x7f000001/',
    'https://0177.0.0.1/',
    'https://0x7f.1/',
    'https://127.1/',
    'https://0/',
    'https://127.0.0.1./',
    'https://１２７.0.0.1/',
    'https://127。0。0。1/',
    'https://%31%32%37.0.0.1/',
    'https://[::1]/',
    'https://[::]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:7f00:1]/',
    'https://[fd00::1]/',
    'https://[fe80::1]/',
    'https://[64:ff9b::7f00:1]/',
    // Names of no one on the internet.
    'https://localhost/',
    'https://LOCALHOST/',
    'https://localhost./',
    'https://ⓛocalhost/',
    'https://app.localhost/',
    'https://jenkins/',
    'https://jenkins./',
    'https://printer.local/',
    'https://printer.local../',
    'https://metadata.google.internal/',
    'https://metadata.google.internal./computeMetadata/v1/',
    'https://1.0.0.127.in-addr.arpa/',
    'https://router.home.arpa/',
    // The registry.
    'https://registry.example.com/v2/',
    'https://REGISTRY.example.com./v2/',
    'https://registry.example.com:8443/',
    // Other schemes, and what hides the host.
    'http://receiver.example.com/',
    'ftp://receiver.example.com/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'data:text/plain,x',
    '//receiver.example.com/',
    'https:receiver.example.com',
    'https:///receiver.example.com/',
    'https://user@receiver.example.com/',
    'https://user:password@receiver.example.com/',
    'https://receiver.example.com@127.0.0.1/',
    'https://receiver.example.com\\@127.0.0.1/',
    'https://{{registry}}/',
    'https://{{secret}}.example.com/',
    'https://receiver.example.com:{{size}}/',
    'https://receiver.example.com{{tag}}',
    ' https://receiver.example.com/',
    'https://receiver.example.com/\r\nHost: evil',
    'https://receiver.example.com/\ttab',
    'https://receiver.exa\nmple.com/',
    'https://receiver.example.com/#fragment',
    'https://receiver.example.com/{{nothing}}',
    'https://receiver.example.com/{{tag',
    'https://',
    '',
  ])('%j', (url) => {
    expect(isRefused(url)).toBe(true);
  });
});

test.each([
  'https://receiver.example.com/',
  'https://receiver.example.com:8443/hook?tag={{tag}}',
  'https://hooks.slack.com/services/{{secret}}',
  'https://例え.jp/hook',
  'https://local.example.com/',
  'https://127.0.0.1.example.com/',
])('%s is an address that a trigger may have', (url) => {
  expect(isRefused(url)).toBe(false);
});

test('http is for a platform whose administrator allows it', () => {
  expect(isRefused('http://receiver.example.com/', { ...PUBLIC, http: true })).toBe(false);
  expect(isRefused('http://127.0.0.1/', { ...PUBLIC, http: true })).toBe(true);
});

test('a local registry whose networks are opened takes their names and addresses, but not its own', () => {
  const opened = { http: true, opened: true, own: 'http://localhost:8787' };
  for (const url of ['http://jenkins:8080/', 'https://10.0.0.7/', 'http://localhost:9000/']) {
    expect(isRefused(url, opened), url).toBe(false);
  }
  expect(isRefused('http://localhost:8787/api/v1', opened)).toBe(true);
  expect(isRefused('http://user@jenkins/', opened)).toBe(true);
});
