export const projects = {
  text: 'A project has members, workspaces, and a credential that its clients push with.',
  create: 'Create project',
  created: 'Project {{name}} was created',
  department: 'Department',
  allDepartments: 'All departments',
  chooseDepartment: 'Choose a department.',
  noDepartment: 'A project belongs to a department, and there is none yet.',
  toDepartments: 'To the departments',
  inDepartment: 'In department {{name}}',
  myRole: 'My role',
  noRole: 'Not a member',
  none: 'No projects',
  noneText: 'Create one, then add its members.',
  noneAskText:
    'You are a member of none yet. Ask an owner of a project, or a cloud admin, to add you.',
  members: 'Members',
  rename: 'Rename project {{name}}',
  deleteTitle: 'Delete project {{name}}?',
  deleteText:
    'Its members lose their roles in it and its push credential stops, within a minute. This cannot be undone. A project that has workspaces, in the trash too, stays.',
  deleted: 'Project {{name}} was deleted',
  protection: 'Protection',
  protectionSaved: 'The protection of {{name}} was changed',
  ownersOnly: 'Only owners delete for good and change access',
  ownersOnlyText:
    'Developers can still delete to the trash and collect garbage, but not empty the trash, set how long content without a version is kept, or make a workspace private or public.',
  robotDeletes: 'The push credential may delete versions',
  robotDeletesText:
    'It moves them to the trash, where members can restore them. It never deletes for good.',
  askOwner: 'Owners of the project change this.',
  noWorkspaces: 'No workspaces in this project yet',
  noWorkspacesText: 'Create one, and images can be pushed into it.',
};
