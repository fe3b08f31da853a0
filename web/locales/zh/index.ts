import type { Messages } from '../en/index.ts';
import { common } from './common.ts';
import { credential } from './credential.ts';
import { errors } from './errors.ts';
import { push } from './push.ts';
import { session } from './session.ts';
import { upload } from './upload.ts';
import { workspaces } from './workspaces.ts';

/** 控制台的全部中文文字。 */
export const messages: Messages = { common, credential, errors, push, session, upload, workspaces };
