/** Rows that were chosen, by id; a row that was not is absent or false. */
export type Selection = Readonly<Record<string, boolean>>;

/** A selection with these rows chosen, or not chosen. */
export function select(selection: Selection, ids: readonly string[], isChosen: boolean): Selection {
  const chosen = new Set(Object.keys(selection).filter((id) => selection[id]));
  for (const id of ids) isChosen ? chosen.add(id) : chosen.delete(id);
  return Object.fromEntries([...chosen].map((id) => [id, true]));
}
