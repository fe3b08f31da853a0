import { addressOf, type ImageName } from '../../api/images.ts';
import { useMe } from '../../api/session.ts';
import type { Pull } from '../../ui/pull-commands.ts';

/** Returns how the signed-in user pulls a version of an image, by its tag or digest. */
export function usePull(name: ImageName): (reference: string) => Pull {
  const { name: username } = useMe();
  const isPlain = window.location.protocol === 'http:';
  return (reference) => ({ address: addressOf(name), reference, isPlain, username });
}
