/**
 * When an image was created, in RFC 3339 and UTC; null if that is not set. Reproducible builds write
 * a time that means none: the years 1 (Go's zero), 1970 (Unix's) and 1980 (that of zip). Containers
 * are younger than all of them.
 */
export function parseCreated(text: string): string | null {
  const found = RFC_3339.exec(text);
  if (!found) return null;
  const [year = 0, month = 0, day = 0] = found.slice(1, 4).map(Number);
  const time = new Date(text);
  if (day > daysOf(year, month) || Number.isNaN(time.getTime())) return null;
  // In UTC the year may be another one, and ISO 8601 writes years from 10000 on differently.
  const isSet = [year, time.getUTCFullYear()].every((one) => one > 1980 && one < 10_000);
  return isSet ? time.toISOString() : null;
}

/** https://www.rfc-editor.org/rfc/rfc3339#section-5.6 */
const RFC_3339 =
  /^(\d{4})-(\d\d)-(\d\d)[Tt](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,30})?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/** Date.parse takes the 31st of a month for the 1st of the next. */
function daysOf(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate();
}
