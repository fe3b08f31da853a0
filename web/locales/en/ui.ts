/** What parts say that many screens use. */
export const ui = {
  digest: 'digest',
  deselect: 'Select none',
  loadImage: 'Load the image from {{host}}',
  loadNamedImage: 'Load “{{name}}” from {{host}}',
  andMore_one: 'and {{count}} more',
  andMore_other: 'and {{count}} more',
  deletedOne: 'Deleted: {{name}}',
  deletedMany_one: 'Deleted: {{name}} and {{count}} more',
  deletedMany_other: 'Deleted: {{name}} and {{count}} more',
  notDeleted: 'Not deleted: {{name}}. {{reason}}',
  unsavedTitle: 'Throw away what you typed?',
  unsavedText: 'It has not been saved.',
  discard: 'Throw away',
  keepEditing: 'Go on editing',
};
