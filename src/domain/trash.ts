/** What can be an entry of the trash. */
export const TRASH_KINDS = ['workspace', 'image', 'version'] as const;
export type TrashKind = (typeof TRASH_KINDS)[number];

/** The id of an entry in the API, for example `image-12`. */
export function formatTrashId(kind: TrashKind, id: number): string {
  return `${kind}-${id}`;
}

/** Parses such an id; null if it is not one. */
export function parseTrashId(
  text: string,
): { readonly kind: TrashKind; readonly id: number } | null {
  const match = /^(workspace|image|version)-([1-9][0-9]{0,14})$/.exec(text);
  return match ? { kind: match[1] as TrashKind, id: Number(match[2]) } : null;
}
