import { account } from './account.ts';
import { collections } from './collections.ts';
import { common } from './common.ts';
import { credential } from './credential.ts';
import { departments } from './departments.ts';
import { deploy } from './deploy.ts';
import { errors } from './errors.ts';
import { help } from './help.ts';
import { image } from './image.ts';
import { images } from './images.ts';
import { members } from './members.ts';
import { overview } from './overview.ts';
import { projects } from './projects.ts';
import { push } from './push.ts';
import { retention } from './retention.ts';
import { robots } from './robots.ts';
import { session } from './session.ts';
import { settings } from './settings.ts';
import { tokens } from './tokens.ts';
import { trash } from './trash.ts';
import { triggers } from './triggers.ts';
import { ui } from './ui.ts';
import { upload } from './upload.ts';
import { users } from './users.ts';
import { version } from './version.ts';
import { workspaces } from './workspaces.ts';

/** Everything the console says, in English: the keys that every language has. */
export const messages = {
  account,
  collections,
  common,
  credential,
  departments,
  deploy,
  errors,
  help,
  image,
  images,
  members,
  overview,
  projects,
  push,
  retention,
  robots,
  session,
  settings,
  tokens,
  trash,
  triggers,
  ui,
  upload,
  users,
  version,
  workspaces,
};

type Texts<T> = { [Key in keyof T]: T[Key] extends string ? string : Texts<T[Key]> };
export type Messages = Texts<typeof messages>;
