import type { Messages } from '../en/index.ts';

export const session: Messages['session'] = {
  title: '登录',
  username: '用户名',
  password: '密码',
  submit: '登录',
  ended: '登录已失效',
  endedText: '请重新登录以继续，已输入的内容不会丢失。',
  firstTitle: '设置你自己的密码',
  firstText: '当前密码由系统生成，请设置一个只有你知道的密码。',
  currentPassword: '当前密码',
  newPassword: '新密码',
  newPasswordHint: '至少 12 个字符，其中至少 5 个不同；不能与用户名相同。',
  repeatPassword: '再次输入新密码',
  repeatDiffers: '两次输入不一致。',
  setPassword: '设置密码',
  forgotten: '忘记密码？可请云管理员重置。',
};
