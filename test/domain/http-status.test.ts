import { expect, test } from 'vitest';
import { isRetryableStatus } from '../../src/domain/http-status.ts';

test.each([408, 429, 500, 502, 503, 504, 520, 524, 527, 530])('%i is worth a retry', (status) => {
  expect(isRetryableStatus(status)).toBe(true);
});

test.each([200, 202, 307, 400, 401, 403, 404, 409, 413, 416, 501, 519, 528, 531])(
  '%i is final',
  (status) => {
    expect(isRetryableStatus(status)).toBe(false);
  },
);
