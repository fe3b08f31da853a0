import type { Messages } from '../en/index.ts';

export const departments: Messages['departments'] = {
  text: '部门下设该组织单元的各个项目。',
  create: '创建部门',
  created: '部门 {{name}} 已创建',
  rename: '重命名部门 {{name}}',
  deleteTitle: '删除部门 {{name}}？',
  deleteText: '删除后无法撤销。仍有项目的部门不能删除，请先删除其中的项目。',
  deleted: '部门 {{name}} 已删除',
  none: '没有部门',
  noneText: '先创建部门，再创建其中的项目。',
};
