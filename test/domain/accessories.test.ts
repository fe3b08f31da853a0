import { expect, test } from 'vitest';
import { subjectOfTag } from '../../src/domain/accessories.ts';

const HEX = 'ab'.repeat(32);
const SUBJECT = `sha256:${HEX}`;
const OTHER = `sha256:${'0'.repeat(64)}`;

test.each([
  ['the list of referrers of a client', `sha256-${HEX}`, SUBJECT],
  ['a signature of cosign', `sha256-${HEX}.sig`, SUBJECT],
  ['an attestation', `sha256-${HEX}.att`, SUBJECT],
  ['an SBOM', `sha256-${HEX}.sbom`, SUBJECT],
  ['a suffix of another tool', `sha256-${HEX}.image-locations.imgpkg`, SUBJECT],
  ['a prefix of cosign', `team-a_sha256-${HEX}.sig`, SUBJECT],
  ['the part of a sha512 that fits', `sha512-${HEX}.sig`, `sha512:${HEX}`],
])('%s is attached to the digest in its tag', (_, tag, subject) => {
  expect(subjectOfTag(tag, OTHER)).toBe(subject);
});

test.each([
  ['v1'],
  ['latest'],
  ['sha256-abc'],
  [`sha256-${HEX.slice(1)}`],
  [`sha256-${HEX}0`],
  [`sha256-${HEX}-arm64`],
  [`sha256-${HEX}.`],
  [`sha256-${HEX.toUpperCase()}`],
  [`sha1-${HEX}.sig`],
  [`team-sha256-${HEX}`],
  [`team-sha256-${HEX}.tar`],
])('%s names a version', (tag) => {
  expect(subjectOfTag(tag, OTHER)).toBeNull();
});

test.each([`sha256-${HEX}`, `sha256-${HEX}.imgpkg`])('%s of that very manifest, too', (tag) => {
  expect(subjectOfTag(tag, SUBJECT)).toBeNull();
});
