import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  actionFaults,
  renderAction,
  type TriggerAction,
} from '../../src/domain/triggers/action.ts';
import { testFacts, toMessage } from '../../src/domain/triggers/message.ts';
import { SAMPLE_VALUES, type Values } from '../../src/domain/triggers/placeholders.ts';
import { PRESET_NAMES, PRESETS } from '../../src/domain/triggers/presets/presets.ts';

const base: TriggerAction = {
  method: 'POST',
  url: 'https://receiver.example.com/hook',
  headers: [],
  contentType: 'application/json',
  body: '{"tag": "{{tag}}"}',
  latestOnly: false,
};

const values = (change: Partial<Values>): Values => ({ ...SAMPLE_VALUES, ...change });

describe('a value with any characters', () => {
  const anyText = fc.string({ unit: 'binary' });

  test('stays a value of the JSON that it is inserted in', () => {
    fc.assert(
      fc.property(anyText, (actor) => {
        const action = { ...base, body: '{"a": "{{actor}}", "b": [1, "<{{actor}}>"]}' };
        const { body } = renderAction(action, values({ actor }));
        expect(JSON.parse(body)).toEqual({ a: actor, b: [1, `<${actor}>`] });
      }),
    );
  });

  test('stays a field of the form, a segment of the path and a parameter of the query', () => {
    fc.assert(
      fc.property(anyText, (actor) => {
        const form = 'application/x-www-form-urlencoded';
        const url = 'https://receiver.example.com/a/{{actor}}/b?actor={{actor}}&last=1';
        const action = { ...base, url, contentType: form, body: 'actor={{actor}}&last=1' };
        const request = renderAction(action, values({ actor }));
        const fields = { actor, last: '1' };
        expect(Object.fromEntries(new URLSearchParams(request.body))).toEqual(fields);
        const sent = new URL(request.url);
        expect(sent.origin).toBe('https://receiver.example.com');
        expect(Object.fromEntries(sent.searchParams)).toEqual(fields);
        if (actor !== '.' && actor !== '..') {
          expect(sent.pathname.split('/').map(decodeURIComponent)).toEqual(['', 'a', actor, 'b']);
        }
      }),
    );
  });

  test('adds no line to a header', () => {
    fc.assert(
      fc.property(anyText, (actor) => {
        const action = { ...base, headers: [{ name: 'X-Actor', value: 'by {{actor}}' }] };
        expect(renderAction(action, values({ actor })).headers['x-actor']).toMatch(/^by [ -~]*$/);
      }),
    );
  });
});

test('a secret of a chat hook keeps its slashes in the path, and a value of an event does not', () => {
  const url = 'https://hooks.example.com/services/{{secret}}?image={{image}}';
  const request = renderAction({ ...base, url }, values({ secret: 'T0/B0/x', image: 'a/b' }));
  expect(request.url).toBe('https://hooks.example.com/services/T0/B0/x?image=a%2Fb');
});

test.each<[string, Partial<TriggerAction>, keyof TriggerAction]>([
  ['a body that is no JSON', { body: '{"tag": {{tag}}}' }, 'body'],
  ['an unknown placeholder', { body: '{"tag": "{{tags}}"}' }, 'body'],
  ['a placeholder without an end', { body: '{"tag": "{{tag}"}' }, 'body'],
  ['a body that is too long', { body: JSON.stringify('x'.repeat(64 * 1024)) }, 'body'],
  ['another type of body', { contentType: 'text/plain' }, 'contentType'],
  ['a type with a second line', { contentType: 'application/json\r\nX: y' }, 'contentType'],
  ['a header with a second line', { headers: [{ name: 'X', value: 'a\r\nY: b' }] }, 'headers'],
  ['a name that is none of a header', { headers: [{ name: 'X Y', value: 'a' }] }, 'headers'],
  ['the host', { headers: [{ name: 'Host', value: 'a' }] }, 'headers'],
  ['the length', { headers: [{ name: 'Content-Length', value: '0' }] }, 'headers'],
  ['the signature', { headers: [{ name: 'Webhook-Signature', value: 'v1,x' }] }, 'headers'],
  ['the client of a proxy', { headers: [{ name: 'X-Forwarded-For', value: '1' }] }, 'headers'],
])('an action cannot have %s', (_, change, field) => {
  expect(Object.keys(actionFaults({ ...base, ...change }))).toEqual([field]);
});

test('a service token of Cloudflare Access can be sent', () => {
  const headers = [{ name: 'CF-Access-Client-Secret', value: '{{secret}}' }];
  expect(actionFaults({ ...base, headers })).toEqual({});
});

describe('the preset', () => {
  const facts = testFacts(
    '0',
    { project: 'p', workspace: 'library', actor: 'mei' },
    1_700_000_000_000,
  );
  const message = toMessage({ ...facts, image: 'app', tag: 'v2' }, 'https://registry.example.com');

  test.each(PRESET_NAMES)('%s is an action as it stands, and says which image', (name) => {
    const { action } = PRESETS[name];
    expect(actionFaults(action)).toEqual({});
    const { body } = renderAction(action, { ...message, secret: 's' });
    expect(decodeURIComponent(body)).toContain('library/app');
  });

  test('of Kubernetes sets the image by tag and digest', () => {
    const { method, url, headers, body } = renderAction(PRESETS['kubernetes-cron-job'].action, {
      ...message,
      secret: 'token',
    });
    expect([method, new URL(url).pathname]).toEqual([
      'PATCH',
      '/apis/batch/v1/namespaces/default/cronjobs/app',
    ]);
    expect(headers).toMatchObject({
      authorization: 'Bearer token',
      'content-type': 'application/strategic-merge-patch+json',
    });
    const image = `registry.example.com/library/app:v2@${message.digest}`;
    const template = { spec: { containers: [{ name: 'app', image }] } };
    expect(JSON.parse(body)).toEqual({ spec: { jobTemplate: { spec: { template } } } });
  });
});
