export const departments = {
  text: 'A department holds the projects of one part of the organisation.',
  create: 'Create department',
  created: 'Department {{name}} was created',
  rename: 'Rename department {{name}}',
  deleteTitle: 'Delete department {{name}}?',
  deleteText: 'This cannot be undone. A department that has projects stays: delete those first.',
  deleted: 'Department {{name}} was deleted',
  none: 'No departments',
  noneText: 'Create one, then the projects in it.',
};
