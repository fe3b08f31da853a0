/** The selected rows, by id; others are absent or false. */
export type Selection = Readonly<Record<string, boolean>>;

/** Returns a selection in which these rows are selected, or are not. */
export function select(selection: Selection, ids: readonly string[], isChosen: boolean): Selection {
  const chosen = new Set(Object.keys(selection).filter((id) => selection[id]));
  for (const id of ids) isChosen ? chosen.add(id) : chosen.delete(id);
  return Object.fromEntries([...chosen].map((id) => [id, true]));
}
