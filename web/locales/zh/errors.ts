import type { Messages } from '../en/index.ts';

export const errors: Messages['errors'] = {
  title: '操作未成功',
  offline: '无法连接服务器，请检查网络后重试。',
  unauthorized: '登录已失效，请重新登录。',
  'sign-in-failed': '用户名或密码不正确。',
  'too-many-requests': '尝试次数过多，请稍候再试。',
  denied: '没有权限执行此操作，请联系项目所有者。',
  'not-found': '它已不存在，或者未对你开放。',
  'name-taken': '名称已被占用，请换一个。',
  'name-invalid': '名称不合法。',
  'precondition-failed': '已被他人修改，请重新加载后再操作。',
  'not-empty': '其中还有内容，请先删除或移走。',
  'in-trash': '它在回收站中，请先恢复其上级。',
  'content-in-use': '仍被其他内容使用，因此予以保留。',
  'last-admin': '平台至少需要一名云管理员，请先指定其他人。',
  'last-owner': '项目至少需要一名所有者，请先指定其他人。',
  'field-invalid': '有字段不合法。',
  'manifest-unknown': '该版本已不存在。',
  unavailable: '服务繁忙，请稍后重试。',
  unknown: '服务出错，请重试；若持续出现请联系云管理员。',
};
