import type { Messages } from '../en/index.ts';

export const projects: Messages['projects'] = {
  text: '项目拥有成员、工作空间，以及客户端推送镜像所用的凭证。',
  create: '创建项目',
  created: '项目 {{name}} 已创建',
  department: '部门',
  allDepartments: '全部部门',
  chooseDepartment: '请选择部门。',
  noDepartment: '项目隶属于部门，目前还没有部门。',
  toDepartments: '前往部门',
  inDepartment: '所属部门：{{name}}',
  myRole: '我的角色',
  noRole: '非成员',
  none: '没有项目',
  noneText: '先创建项目，再添加成员。',
  noneAskText: '你还不是任何项目的成员，请联系项目所有者或云管理员添加。',
  members: '成员',
  rename: '重命名项目 {{name}}',
  deleteTitle: '删除项目 {{name}}？',
  deleteText:
    '成员将失去其中的角色，推送凭证失效，均在一分钟内生效，且无法撤销。仍有工作空间（包括回收站中的）的项目不能删除。',
  deleted: '项目 {{name}} 已删除',
  protection: '保护',
  protectionSaved: '{{name}} 的保护设置已修改',
  ownersOnly: '仅所有者可彻底删除和更改访问级别',
  ownersOnlyText:
    '开发者仍可将内容删除到回收站并执行垃圾回收，但不能清空回收站、设置无版本内容的保留天数，也不能将工作空间设为私有或公开。',
  robotDeletes: '允许推送凭证删除版本',
  robotDeletesText: '删除的版本移入回收站，成员可以恢复；推送凭证永远不能彻底删除。',
  askOwner: '仅项目所有者可修改。',
  noWorkspaces: '该项目还没有工作空间',
  noWorkspacesText: '创建工作空间后即可推送镜像。',
};
