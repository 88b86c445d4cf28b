//! Reads a page of mp.weixin.qq.com: what kind of answer it is, and what the article says.
