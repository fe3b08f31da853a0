import { notify } from './notices.tsx';

/** Copies a text to the clipboard and shows a notice. */
export async function copyText(text: string, message: string): Promise<void> {
  await navigator.clipboard.writeText(text);
  notify(message);
}
