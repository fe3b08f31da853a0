import type { Descriptor } from '../../domain/manifest-parts.ts';
import { isForeignLayer } from '../../domain/media-types.ts';

/** Says of a layer with `urls` that an archive leaves out where it is, and why. */
export function explainElsewhere({ digest, mediaType, urls }: Descriptor): string {
  const reason = isForeignLayer(mediaType)
    ? 'is a foreign layer, whose license may forbid copies'
    : 'was not pushed, since its manifest names another place';
  const places = urls.slice(0, 3).map((url) => url.slice(0, 200));
  return `layer ${digest} is not in the registry: it ${reason}: ${places.join(', ')}`;
}
