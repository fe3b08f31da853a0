import { useTranslation } from 'react-i18next';

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

const STEPS = [
  ['second', 60],
  ['minute', 60],
  ['hour', 24],
  ['day', 30],
  ['month', 12],
] as const;

/** Formats numbers, sizes and times in the language of the console. */
export function useFormat() {
  const { language } = useTranslation().i18n;
  return {
    number: (value: number) => new Intl.NumberFormat(language).format(value),
    percent: (share: number) =>
      new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 }).format(share),
    /** Bytes in decimal units, as container clients show them. */
    bytes: (value: number) => formatBytes(language, value),
    /** Bytes in KiB, for limits that are powers of two. */
    binary: (value: number) =>
      `${new Intl.NumberFormat(language, { maximumFractionDigits: 1 }).format(value / 1024)} KiB`,
    /** Date and time of an RFC 3339 timestamp, in the local time zone. */
    dateTime: (time: string) =>
      new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' }).format(
        new Date(time),
      ),
    /** A duration in ms. */
    duration: (ms: number) => formatDuration(language, ms),
    date: (time: string) =>
      new Intl.DateTimeFormat(language, { dateStyle: 'medium' }).format(new Date(time)),
    /** A duration in seconds, in its largest unit. */
    seconds: (value: number) => formatSpan(language, value),
    /** How long ago a time was or how far ahead it is, rounded. */
    relative: (time: string) => formatRelative(language, new Date(time).getTime() - Date.now()),
  };
}

function formatBytes(language: string, value: number): string {
  const step = Math.min(Math.floor(Math.log10(Math.max(value, 1)) / 3), UNITS.length - 1);
  const format = new Intl.NumberFormat(language, {
    style: 'unit',
    unit: UNITS[step] ?? 'byte',
    unitDisplay: step === 0 ? 'long' : 'short',
    maximumFractionDigits: step === 0 ? 0 : 1,
  });
  return format.format(value / 1000 ** step);
}

function formatRelative(language: string, distance: number): string {
  const format = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  let value = distance / 1000;
  for (const [unit, size] of STEPS) {
    if (Math.abs(value) < size) return format.format(Math.round(value), unit);
    value /= size;
  }
  return format.format(Math.round(value), 'year');
}

function formatSpan(language: string, seconds: number): string {
  let value = seconds;
  for (const [unit, size] of STEPS.slice(0, 3)) {
    if (value < size || unit === 'hour') {
      const format = new Intl.NumberFormat(language, {
        style: 'unit',
        unit,
        unitDisplay: 'long',
        maximumFractionDigits: 0,
      });
      return format.format(value);
    }
    value /= size;
  }
  return '';
}

function formatDuration(language: string, ms: number): string {
  const seconds = ms / 1000;
  const [value, unit] = seconds < 60 ? [seconds, 'second'] : [seconds / 60, 'minute'];
  const style = { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: 1 } as const;
  return new Intl.NumberFormat(language, style).format(value);
}
