/** What can lie in the trash by itself. */
export const TRASH_KINDS = ['workspace', 'image', 'version'] as const;
export type TrashKind = (typeof TRASH_KINDS)[number];

/** The id people know a thing in the trash by, for example `image-12`. */
export function formatTrashId(kind: TrashKind, id: number): string {
  return `${kind}-${id}`;
}

/** The number in a trash id; null when it is not one. */
export function parseTrashId(
  text: string,
): { readonly kind: TrashKind; readonly id: number } | null {
  const match = /^(workspace|image|version)-([1-9][0-9]{0,14})$/.exec(text);
  return match ? { kind: match[1] as TrashKind, id: Number(match[2]) } : null;
}
