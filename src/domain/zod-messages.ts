import en from 'zod/v4/locales/en.js';

/** For a parse whose faults somebody reads: zod/mini has no words until it is given some. */
export const ZOD_MESSAGES = { error: en().localeError };
