export function Trash() {
  return null;
}
