import { common } from './common.ts';
import { errors } from './errors.ts';
import { session } from './session.ts';

/** Everything the console says, in English: the keys that every language has. */
export const messages = { common, errors, session };

type Texts<T> = { [Key in keyof T]: T[Key] extends string ? string : Texts<T[Key]> };
export type Messages = Texts<typeof messages>;
