import { common } from './common.ts';
import { credential } from './credential.ts';
import { errors } from './errors.ts';
import { images } from './images.ts';
import { push } from './push.ts';
import { session } from './session.ts';
import { ui } from './ui.ts';
import { upload } from './upload.ts';
import { workspaces } from './workspaces.ts';

/** Everything the console says, in English: the keys that every language has. */
export const messages = {
  common,
  credential,
  errors,
  images,
  push,
  session,
  ui,
  upload,
  workspaces,
};

type Texts<T> = { [Key in keyof T]: T[Key] extends string ? string : Texts<T[Key]> };
export type Messages = Texts<typeof messages>;
