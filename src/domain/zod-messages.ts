import en from 'zod/v4/locales/en.js';

/** Option of a parse whose error messages are shown: zod/mini has no messages of its own. */
export const ZOD_MESSAGES = { error: en().localeError };
