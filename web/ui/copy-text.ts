import { notify } from './notices.tsx';

/** Puts a text on the clipboard and says so. */
export async function copyText(text: string, message: string): Promise<void> {
  await navigator.clipboard.writeText(text);
  notify(message);
}
