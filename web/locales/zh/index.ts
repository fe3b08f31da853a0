import type { Messages } from '../en/index.ts';
import { common } from './common.ts';
import { credential } from './credential.ts';
import { errors } from './errors.ts';
import { images } from './images.ts';
import { push } from './push.ts';
import { session } from './session.ts';
import { ui } from './ui.ts';
import { upload } from './upload.ts';
import { workspaces } from './workspaces.ts';

/** 控制台的全部中文文字。 */
export const messages: Messages = {
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
