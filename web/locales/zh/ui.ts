import type { Messages } from '../en/index.ts';

export const ui: Messages['ui'] = {
  digest: '摘要',
  deselect: '取消选择',
  loadImage: '从 {{host}} 加载图片',
  loadNamedImage: '从 {{host}} 加载“{{name}}”',
  andMore_one: '以及另外 {{count}} 个',
  andMore_other: '以及另外 {{count}} 个',
  showWhole: '显示全部内容（{{size}}）',
  showAll: '显示全部 {{total}} 项',
  showMore: '再显示 {{total}} 项',
  deletedOne: '已删除：{{name}}',
  deletedMany_one: '已删除：{{name}} 以及另外 {{count}} 个',
  deletedMany_other: '已删除：{{name}} 以及另外 {{count}} 个',
  notDeleted: '未删除 {{name}}：{{reason}}',
  unsavedTitle: '放弃已输入的内容？',
  unsavedText: '内容尚未保存。',
  discard: '放弃',
  keepEditing: '继续编辑',
};
