export const upload = {
  title: 'Upload image',
  about:
    'Archives of docker save (Docker 1.10 or later) and OCI archives, as tar, tar.gz or tar.zst, up to {{limit}} a file. For larger ones push from a client, which has no limit. A version of the same name is overwritten; its earlier content stays in the history.',
  choose: 'Choose or drop files',
  formats: 'tar, tar.gz, tar.zst',
  remove: 'Remove {{name}}',
  reading: 'Looking into the file…',
  include: 'Upload {{name}}',
  image: 'Image name',
  imageInvalid: 'Lower-case letters and digits, with single . _ - or / between.',
  tag: 'Version',
  tagInvalid: 'Letters, digits, . _ and -, beginning with none of . and -.',
  tagsHint: 'Several versions: put commas between them.',
  layers_one: '{{count}} layer',
  layers_other: '{{count}} layers',
  referrers_one: '{{count}} attachment',
  referrers_other: '{{count}} attachments',
  missingPlatforms: 'Listed, but not in the file: {{platforms}}',
  overwrites:
    '{{name}} exists already and will be overwritten. Its earlier content stays in the history of the version.',
  sameName: 'Two images have the same name and version.',
  start: 'Upload',
  pause: 'Pause',
  resume: 'Go on',
  done: 'Done',
  mayClose: 'You may close this dialog: the upload continues. Keep the page open.',
  progress: 'Progress of the image',
  layerProgress: 'Progress of layer {{digest}}',
  totalProgress: 'Progress of all files',
  total: '{{done}} of {{total}}',
  speed: '{{speed}} a second, {{left}} left',
  status: {
    waiting: 'Waiting',
    sending: 'Uploading',
    paused: 'Paused: what has arrived stays for a day',
    pushed: 'Uploaded',
    failed: 'Stopped',
  },
  phase: {
    checking: 'Checking',
    sending: 'Uploading',
    exists: 'Already there',
    mounted: 'Already there',
    sent: 'Uploaded',
  },
  arrived: 'Uploaded: {{name}}',
  noProject: 'There is no project to upload to',
  noProjectText: 'You need to be a developer or an owner of a project. Ask one of its owners.',
  fileChanged:
    'The file cannot be read any more: it was changed, moved or taken away. Choose it again.',
  errors: {
    NOT_AN_ARCHIVE:
      'This is not a tar archive, nor one packed by gzip or zstd. Make one with docker save.',
    CUT_SHORT: 'The archive ends too early: it was not copied or downloaded to its end.',
    DAMAGED: 'The archive is damaged at byte {{offset}}.',
    COMPRESSION_UNSUPPORTED:
      'Archives packed by {{compression}} cannot be read here. Unpack it first: {{command}}.',
    LAYER_UNSUPPORTED:
      '{{path}} in the archive is packed by {{compression}}, which layers cannot be. Unpack it first: {{command}}.',
    NO_MANIFEST: 'There is no image in the archive. Make one with docker save.',
    MANIFEST_INVALID: '{{path}} in the archive is not valid: {{reason}}',
    FILE_MISSING: '{{path}} is missing from the archive.',
    DIGEST_MISMATCH:
      '{{path}} is not what it should be: its digest is {{found}}, not {{expected}}.',
    SIZE_MISMATCH: '{{path}} should have {{expected}} bytes, but has {{found}}.',
    PATH_ESCAPES: 'The archive names a path outside of itself: {{path}}',
    NOT_A_FILE: '{{path}} in the archive should be a file, but is {{kind}}.',
    TOO_LARGE:
      'The archive is larger than the {{limit}} that are allowed. Push it from a client instead.',
    TOO_MANY_FILES: 'The archive has more than {{limit}} files.',
    UNPACKS_TOO_LARGE:
      'The archive unpacks to more than {{ratio}} times its size, so it is refused.',
    NOT_SIGNED_IN: 'Your session has ended. Sign in again, then go on.',
    NOT_ALLOWED: 'You may not push to {{repository}}: {{reason}}',
    BODY_TOO_LARGE: 'Something before the registry refuses requests of {{size}}.',
    CONNECTION_LOST: 'The connection was lost. Go on when it is back: what has arrived stays.',
    UPLOAD_LOST:
      'The registry has lost the upload of {{blob}} {{attempts}} times. Go on to try again.',
    TAG_NOT_SET:
      'The registry has {{digest}}, but cannot set the version {{tag}} on a digest that is not sha256.',
    REGISTRY_REFUSED: 'The registry answered {{status}}: {{reason}}',
  },
};
