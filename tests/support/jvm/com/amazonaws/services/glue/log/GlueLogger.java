package com.amazonaws.services.glue.log;

/** The logger that every context makes; nobody here uses it. */
public class GlueLogger {}
