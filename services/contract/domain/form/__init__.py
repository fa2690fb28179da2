"""The fields of a contract (合同内容): one table that both checks what is typed and shows people what may be typed."""
