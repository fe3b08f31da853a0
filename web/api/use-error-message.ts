import { useTranslation } from 'react-i18next';
import { showHidden } from '../../src/domain/hidden-characters.ts';
import { PartNotFetched } from '../lazy-part.ts';
import type { Messages } from '../locales/en/index.ts';
import { ApiError } from './error.ts';

/**
 * Returns a function that explains an error in the language of the console. The server's own
 * message names the thing at fault, so English users see it where there is one.
 */
export function useErrorMessage(): (error: unknown) => string {
  const { t, i18n } = useTranslation();
  return (error) => {
    if (error instanceof PartNotFetched) return t('errors.part');
    if (!(error instanceof ApiError)) return t('errors.unknown');
    const own = error.status === 0 || error.status >= 500 || error.code === 'unauthorized';
    if (i18n.language.startsWith('en') && !own) return asSentence(showHidden(error.message));
    return t([`errors.${error.code as keyof Messages['errors']}`, 'errors.unknown']);
  };
}

/** Messages of the server begin in lower case and have no full stop. */
function asSentence(message: string): string {
  const text = message.charAt(0).toUpperCase() + message.slice(1);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
