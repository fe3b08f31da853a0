/** States of which a preview once said something else than the collection then did. */
import { DAYS, type ImageName, type Step } from './steps.ts';

const push = (image: ImageName, tag: string | null, blob: number, more = {}): Step => ({
  ...{ do: 'push', image, tag, blobs: [blob] },
  ...more,
});
/** The n-th of its tags, by name. */
const deleteTag = (image: ImageName, tag: number): Step => ({ do: 'deleteTag', image, tag });
const wait = (hours: number): Step => ({ do: 'wait', hours });
const collect = (emptyTrash: boolean): Step => ({ do: 'collect', emptyTrash, graceHours: 1 });

export const EXAMPLES: Readonly<Record<string, readonly Step[]>> = {
  'a manifest without a tag that was just pushed, where those are kept for no day': [
    { do: 'keepUntagged', days: 0 },
    push('a', null, 0),
    collect(false),
    collect(true),
  ],
  'a manifest too large for its row, of an image that goes': [
    push('a', 'v1', 0, { isLarge: true }),
    { do: 'deleteImage', image: 'a' },
    collect(true),
  ],
  'a version that leaves the trash when its time is over': [
    push('a', 'v1', 0),
    deleteTag('a', 0),
    wait(8 * DAYS),
    collect(false),
  ],
  'a version that leaves the trash with its signature': [
    push('a', 'v1', 0),
    { do: 'attach', image: 'a', manifest: 0, blobs: [1] },
    deleteTag('a', 1),
    wait(8 * DAYS),
    collect(false),
    wait(2),
    collect(false),
    wait(2),
    collect(false),
  ],
  'a signature of a manifest that has had no tag for long': [
    push('a', 'v1', 0),
    { do: 'attach', image: 'a', manifest: 0, blobs: [1] },
    { do: 'attach', image: 'a', manifest: 1, blobs: [2] },
    push('a', 'v1', 3),
    wait(31 * DAYS),
    collect(false),
    wait(2),
    collect(true),
  ],
  'a signature that is in the trash by itself when its image goes': [
    push('a', 'v1', 0),
    { do: 'attach', image: 'a', manifest: 0, blobs: [1] },
    deleteTag('a', 0),
    deleteTag('a', 0),
    collect(true),
  ],
  'a version in the trash, of an image that is given up': [
    push('a', 'v1', 0),
    push('a', 'v2', 1),
    deleteTag('a', 0),
    { do: 'deleteImage', image: 'a' },
    { do: 'purge', entry: 0 },
    collect(false),
  ],
  'a manifest without a tag, of an image in the trash': [
    push('a', 'v1', 0),
    push('a', null, 1),
    { do: 'deleteImage', image: 'a' },
    collect(false),
    collect(true),
  ],
  'a version that leaves the trash, and that the history of another tag keeps': [
    push('a', 'v1', 0),
    { do: 'pushAgain', image: 'a', tag: 'v2', manifest: 0 },
    push('a', 'v1', 1),
    deleteTag('a', 1),
    collect(true),
  ],
  'blobs of a manifest that goes, which wait for their grace period': [
    push('a', null, 0),
    wait(31 * DAYS),
    collect(false),
  ],
  'a manifest deleted by its digest, which nothing has used for long': [
    push('a', null, 0),
    { do: 'deleteManifest', image: 'a', manifest: 0 },
    wait(8 * DAYS),
    collect(false),
  ],
  'an image in the trash that loses a version': [
    push('a', 'v1', 0),
    push('a', 'v2', 1),
    deleteTag('a', 0),
    wait(8 * DAYS),
    { do: 'deleteImage', image: 'a' },
    collect(false),
    wait(2),
    collect(false),
  ],
  'a manifest that is deleted by its digest while it waits to go': [
    push('a', 'v1', 0),
    deleteTag('a', 0),
    wait(8 * DAYS),
    collect(false),
    { do: 'deleteManifest', image: 'a', manifest: 0 },
    wait(2),
    collect(false),
  ],
  'a manifest that was deleted by its tag, and days later by its digest': [
    push('a', 'v1', 0),
    deleteTag('a', 0),
    wait(3 * DAYS),
    { do: 'deleteManifest', image: 'a', manifest: 0 },
    wait(5 * DAYS),
    collect(false),
    wait(2),
    collect(false),
  ],
};
