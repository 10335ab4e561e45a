-- Neither itemised billing nor captured messages.
TRUNCATE TABLE calls;
TRUNCATE TABLE messages;
