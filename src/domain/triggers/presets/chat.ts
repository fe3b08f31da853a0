import { json, type Preset, post } from './preset.ts';

const TEXT = '{{event}}: {{repository}}:{{tag}}\n{{digest}}\n{{actor}}, {{time}}\n{{page}}';

/** Custom bots of a group; the secret is the last part of the hook's address. */
export const feishu: Preset = {
  reference: 'https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot',
  action: post({
    url: 'https://open.feishu.cn/open-apis/bot/v2/hook/{{secret}}',
    body: json({ msg_type: 'text', content: { text: TEXT } }),
  }),
};

/** The bot's keyword has to be a word of the message. */
export const dingtalk: Preset = {
  reference: 'https://open.dingtalk.com/document/robots/custom-robot-access',
  action: post({
    url: 'https://oapi.dingtalk.com/robot/send?access_token={{secret}}',
    body: json({ msgtype: 'text', text: { content: TEXT } }),
  }),
};

export const wecom: Preset = {
  reference: 'https://developer.work.weixin.qq.com/document/path/91770',
  action: post({
    url: 'https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={{secret}}',
    body: json({ msgtype: 'text', text: { content: TEXT } }),
  }),
};

/** The secret is what follows `/services/`, with its slashes. */
export const slack: Preset = {
  reference: 'https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks/',
  action: post({
    url: 'https://hooks.slack.com/services/{{secret}}',
    body: json({ text: TEXT }),
  }),
};
