import type { Messages } from '../en/index.ts';

export const members: Messages['members'] = {
  text: '成员可以查看项目的私有工作空间，其他权限由角色决定。',
  user: '用户名',
  userHint: '即对方登录时使用的用户名。',
  userMissing: '请填写用户名。',
  noSuchUser: '没有用户 {{name}}，可请云管理员创建。',
  already: '{{name}} 已是成员。',
  role: '角色',
  since: '加入时间',
  you: '我',
  add: '添加成员',
  addTitle: '向 {{project}} 添加成员',
  added: '{{name}} 现在是 {{project}} 的成员',
  changed: '{{name}} 的角色：{{role}}',
  remove: '移除 {{name}}',
  removed: '{{name}} 已不再是 {{project}} 的成员',
  viewerMay: '查看工作空间并拉取镜像。',
  developerMay: '还可以推送、编辑、删除镜像和工作空间。',
  ownerMay: '还可以管理成员、推送凭证和清理规则。',
  none: '还没有成员',
  noneText: '添加参与该项目的人员。',
};
