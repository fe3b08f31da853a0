/** The media types of manifests that this registry stores, and their kind. */
export const MANIFEST_TYPES = {
  'application/vnd.oci.image.manifest.v1+json': 'image',
  'application/vnd.docker.distribution.manifest.v2+json': 'image',
  'application/vnd.oci.image.index.v1+json': 'index',
  'application/vnd.docker.distribution.manifest.list.v2+json': 'index',
} as const;

export type ManifestMediaType = keyof typeof MANIFEST_TYPES;

export const OCI_IMAGE = 'application/vnd.oci.image.manifest.v1+json';
export const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';

/** Layers that a registry need not have (Windows base layers). */
const FOREIGN_LAYER =
  /^application\/vnd\.(?:docker\.image\.rootfs\.foreign\.|oci\.image\.layer\.nondistributable\.)/;

export function isManifestMediaType(type: string): type is ManifestMediaType {
  return Object.hasOwn(MANIFEST_TYPES, type);
}

/** Whether a manifest of this type lists other manifests. */
export function isIndex(mediaType: string): boolean {
  return isManifestMediaType(mediaType) && MANIFEST_TYPES[mediaType] === 'index';
}

/** Whether a manifest may name a layer of this type that was not pushed. */
export function isForeignLayer(mediaType: string): boolean {
  return FOREIGN_LAYER.test(mediaType);
}

/** A Content-Type without its parameters, in lower case. */
export function bareMediaType(contentType: string): string {
  return (contentType.split(';', 1)[0] ?? '').trim().toLowerCase();
}

/**
 * Whether an Accept header accepts a media type. A missing or empty header accepts all; the most
 * specific range that matches decides, and `q=0` refuses.
 * https://www.rfc-editor.org/rfc/rfc9110#section-12.5.1
 */
export function acceptsMediaType(accept: string | null, mediaType: string): boolean {
  if (accept === null || accept.trim() === '') return true;
  const ranges = accept.split(',').map((item) => {
    const [type = '', ...parameters] = item.split(';').map((part) => part.trim().toLowerCase());
    return { type, refused: parameters.some((p) => /^q=0(?:\.0*)?$/.test(p)) };
  });
  for (const wanted of [mediaType, `${mediaType.split('/', 1)[0]}/*`, '*/*']) {
    const named = ranges.filter(({ type }) => type === wanted);
    if (named.length > 0) return named.some(({ refused }) => !refused);
  }
  return false;
}
