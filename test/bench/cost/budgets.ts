export const BUDGETS = {
  'a token': {},
  'push of a new blob, with length': {},
  'push of a new blob, in a stream': {},
  'push of a new blob of 3 parts, in a stream': {},
  'push of a new image, with length': {},
  'push of a new image, in a stream': {},
  'push of a known image': {},
  'cold pull': {},
  'warm pull': {},
  'HEAD of a blob': {},
  'HEAD of a manifest': {},
};
