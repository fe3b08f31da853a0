export function Images() {
  return null;
}
