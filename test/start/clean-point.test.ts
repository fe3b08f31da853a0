/** The mark of a state that is in use, by which a start knows what an unclean stop may have lost. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { CleanPoints, readUncleanStop } from '../../scripts/lib/storage/clean-point.ts';

let state = '';
beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'orlop-state-'));
});
afterEach(() => rmSync(state, { recursive: true, force: true }));

const mark = () => join(state, 'unclean');

test('moves on as everything is brought to the disk, and goes at a clean stop', async () => {
  const points = new CleanPoints(state, 1000);
  expect(readUncleanStop(state)).toBe(1000);
  const before = Date.now();
  await points.advance();
  expect(readUncleanStop(state)).toBeGreaterThanOrEqual(before);
  await points.end();
  expect(readUncleanStop(state)).toBeNull();
});

test('that cannot be written is reported once and tried again', async () => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => {});
  const points = new CleanPoints(state, 1000);
  rmSync(mark());
  mkdirSync(mark());
  await points.advance();
  await points.advance();
  expect(said.mock.calls).toEqual([[expect.stringMatching(/unclean cannot be written, .*again/)]]);
  expect(readUncleanStop(state)).toBe(0);
  rmSync(mark(), { recursive: true });
  await points.advance();
  expect(readUncleanStop(state)).toBeGreaterThan(1000);
  rmSync(mark());
  mkdirSync(mark());
  await points.end();
  expect(existsSync(mark())).toBe(false);
  said.mockRestore();
});

test('is not lost when its replacement cannot be written', async () => {
  const said = vi.spyOn(console, 'error').mockImplementation(() => {});
  const points = new CleanPoints(state, 1000);
  mkdirSync(`${mark()}.new`);
  await points.advance();
  expect(readFileSync(mark(), 'utf8')).toBe('1000');
  said.mockRestore();
  await points.end();
});

test.each([['9999999999999'], ['soon'], ['']])('that says "%s" tells no time', (text) => {
  writeFileSync(mark(), text);
  expect(readUncleanStop(state)).toBe(0);
});
